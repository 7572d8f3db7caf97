"""The editor: beginning a case (`beginning`), writing on it (`writing`), and seeing it as readers will (`showing`).

Without JavaScript every button sends the whole form, which is saved whatever was pressed. With it the same requests are
made in the background and answered as JSON: who asks for that gets numbers and pieces of the page instead of a redirect.
"""

from kb.cases.views.editor import beginning, showing, writing
from kb.cases.views.editor.base import blueprint

__all__ = ["beginning", "blueprint", "showing", "writing"]
