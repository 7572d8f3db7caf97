"""The steps that bring a database to this program's version. They ship with the package and never import models."""
