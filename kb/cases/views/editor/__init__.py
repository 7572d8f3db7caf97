"""The editor: beginning a case (`beginning`), writing on it (`writing`), and seeing it as readers will (`showing`).

Without JavaScript every button sends the whole form, which is saved whatever was pressed. With it the same requests are
made in the background and answered as JSON: who asks for that gets numbers and pieces of the page instead of a redirect.
"""

from kb.cases.views.editor.base import blueprint
from kb.cases.views.editor.beginning import begin, my_cases, new
from kb.cases.views.editor.showing import preview, preview_text
from kb.cases.views.editor.writing import edit, save

__all__ = ["begin", "blueprint", "edit", "my_cases", "new", "preview", "preview_text", "save"]
