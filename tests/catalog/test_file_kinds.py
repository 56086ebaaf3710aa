from catalog.file_kinds import DOCUMENTS, IMAGES, SCANS, extension, has_extension
from legacy.models import File


def test_no_extension_is_of_two_kinds():
    kinds = [set(IMAGES), set(DOCUMENTS), set(SCANS)]
    assert len(set.union(*kinds)) == sum(map(len, kinds))


def test_every_extension_is_in_the_form_in_which_it_is_looked_up():
    for name in [*IMAGES, *DOCUMENTS, *SCANS]:
        assert extension(f" .{name.upper()} ") == extension(name) == name


def test_files_are_chosen_whatever_the_case_and_with_or_without_the_dot():
    sql = str(File.objects.filter(has_extension(["stl"])).query)
    assert 'LOWER(TRIM("dispatch_file"."ext")) IN (stl, .stl)' in sql
