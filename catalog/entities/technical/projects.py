"""Projects: stored designs and models."""

from catalog.declare import Column, EntityMigration, OnMissing, Reference
from catalog.target.models import Project
from catalog.target.models.codes import ProjectStatus, ProjectType
from catalog.transforms import blank, one_of
from legacy.models import Project as LegacyProject

#: As the original scripts that loaded the projects had it; a later one numbered differently and loaded none of them.
TYPE = {
    0: ProjectType.STL_UPPER,
    1: ProjectType.STL_LOWER,
    2: ProjectType.CLINICAL_PHOTO,
    3: ProjectType.TREATMENT_PLAN,
    4: ProjectType.XRAY,
    5: ProjectType.CBCT_SCAN,
    10: ProjectType.SIMULATION,
    11: ProjectType.ALIGNER_DESIGN,
}

STATUS = dict(enumerate(ProjectStatus))


class ProjectMigration(EntityMigration, script=8, source=LegacyProject, target=Project):
    """A stored design or model. Who made it may be unknown: no system account stands in for a person."""

    name = Column("name", blank)
    project_type = Column("type", one_of(TYPE))
    status = Column("status", one_of(STATUS))
    creator = Reference("creator_id", on_missing=OnMissing.SET_NULL)
    file_uid = Column("uid", blank)
    file_size_bytes = Column("size")
    is_public = Column("public")
    created_at = Column("created_at")
