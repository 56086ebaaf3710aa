from catalog.plan import *  # noqa
