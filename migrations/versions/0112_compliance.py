"""Standings, signals, bulletins."""

import sqlalchemy as sa
from alembic import op

revision = "0112"
down_revision = "0111"
branch_labels = None
depends_on = None

TABLES = (
    "bulletin",
    "chase",
    "chase_escalation",
    "deferral",
    "effort",
    "incident",
    "bulletin_mention",
    "bulletin_signature",
    "lecture_signal",
    "signal_check",
    "signal_word",
    "standing",
    "firm_draw",
    "firm_visit",
)


def upgrade() -> None:
    op.create_table(
        "bulletin",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("area_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("as_of", sa.DateTime(timezone=True), nullable=True),
        sa.Column("data_sha256", sa.String(length=64), nullable=True),
        sa.Column("fault", sa.String(length=200), nullable=True),
        sa.Column("words", sa.JSON(), nullable=False),
        sa.Column("lists", sa.JSON(), nullable=False),
        sa.Column("praised", sa.JSON(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("replaces_id", sa.Uuid(), nullable=True),
        sa.Column("correction", sa.String(length=500), nullable=True),
        sa.Column("year", sa.Integer(), nullable=True),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("created_by", sa.String(length=80), nullable=False),
        sa.Column("created_by_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reply_by", sa.Date(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("files", sa.JSON(), nullable=True),
        sa.CheckConstraint(
            "state <> 'published' OR (number IS NOT NULL AND data_sha256 IS NOT NULL)",
            name=op.f("ck_bulletin_published_has_a_number"),
        ),
        sa.CheckConstraint("(version = 1) = (replaces_id IS NULL)", name=op.f("ck_bulletin_later_versions_replace")),
        sa.ForeignKeyConstraint(["area_id"], ["jurisdiction.id"], name=op.f("fk_bulletin_area_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_bulletin_campaign_id")),
        sa.ForeignKeyConstraint(["created_by_id"], ["user_account.id"], name=op.f("fk_bulletin_created_by_id")),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_bulletin_jurisdiction_id")),
        sa.ForeignKeyConstraint(["replaces_id"], ["bulletin.id"], name=op.f("fk_bulletin_replaces_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin")),
        sa.UniqueConstraint(
            "jurisdiction_id", "year", "number", "version", name=op.f("uq_bulletin_jurisdiction_id_year_number_version")
        ),
    )
    op.create_index(op.f("ix_bulletin_jurisdiction_id_created_at"), "bulletin", ["jurisdiction_id", "created_at"], unique=False)
    op.create_index(op.f("ix_bulletin_state"), "bulletin", ["state"], unique=False)
    op.create_index(
        "uq_bulletin_replaced_once",
        "bulletin",
        ["replaces_id"],
        unique=True,
        sqlite_where=sa.text("state <> 'void'"),
        postgresql_where=sa.text("state <> 'void'"),
    )
    op.create_table(
        "chase",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("told", sa.Integer(), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=True),
        sa.Column("chased_by", sa.String(length=80), nullable=False),
        sa.Column("chased_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_chase_campaign_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_chase_enterprise_id")),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_chase_jurisdiction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chase")),
    )
    op.create_index(op.f("ix_chase_campaign_id_enterprise_id"), "chase", ["campaign_id", "enterprise_id"], unique=False)
    op.create_index(op.f("ix_chase_enterprise_id_chased_at"), "chase", ["enterprise_id", "chased_at"], unique=False)
    op.create_table(
        "chase_escalation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column("chases", sa.Integer(), nullable=False),
        sa.Column("escalated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_chase_escalation_campaign_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_chase_escalation_enterprise_id")),
        sa.ForeignKeyConstraint(["to_id"], ["jurisdiction.id"], name=op.f("fk_chase_escalation_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_chase_escalation")),
    )
    op.create_index(
        op.f("ix_chase_escalation_campaign_id_enterprise_id"), "chase_escalation", ["campaign_id", "enterprise_id"], unique=False
    )
    op.create_index(op.f("ix_chase_escalation_enterprise_id"), "chase_escalation", ["enterprise_id"], unique=False)
    op.create_table(
        "deferral",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("due_before", sa.Date(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("asked_by", sa.String(length=80), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("granted_until", sa.Date(), nullable=True),
        sa.Column("answer", sa.String(length=200), nullable=True),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_deferral_campaign_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_deferral_enterprise_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deferral")),
    )
    op.create_index(op.f("ix_deferral_campaign_id_enterprise_id"), "deferral", ["campaign_id", "enterprise_id"], unique=False)
    op.create_index(
        "uq_deferral_open",
        "deferral",
        ["enterprise_id", "campaign_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "effort",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=True),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("endpoint", sa.String(length=60), nullable=False),
        sa.Column("fields", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("spent_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_effort_campaign_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_effort_enterprise_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_effort")),
    )
    op.create_index(op.f("ix_effort_campaign_id_spent_at"), "effort", ["campaign_id", "spent_at"], unique=False)
    op.create_index(op.f("ix_effort_enterprise_id_spent_at"), "effort", ["enterprise_id", "spent_at"], unique=False)
    op.create_table(
        "incident",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("sphere", sa.String(length=20), nullable=False),
        sa.Column("category", sa.String(length=30), nullable=False),
        sa.Column("industry", sa.String(length=30), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("deaths", sa.Integer(), nullable=False),
        sa.Column("injured", sa.Integer(), nullable=False),
        sa.Column("loss", sa.Integer(), nullable=False),
        sa.Column("grade", sa.String(length=10), nullable=False),
        sa.Column("text", sa.String(length=1000), nullable=False),
        sa.Column("entered_by", sa.String(length=80), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("void_reason", sa.String(length=200), nullable=True),
        sa.Column("voided_by", sa.String(length=80), nullable=True),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("kind = 'accident' OR deaths + injured = 0", name=op.f("ck_incident_a_near_miss_hurt_nobody")),
        sa.CheckConstraint("deaths >= 0 AND injured >= 0 AND loss >= 0", name=op.f("ck_incident_nothing_below_zero")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_incident_enterprise_id")),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_incident_jurisdiction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incident")),
    )
    op.create_index(op.f("ix_incident_enterprise_id_happened_on"), "incident", ["enterprise_id", "happened_on"], unique=False)
    op.create_index(op.f("ix_incident_jurisdiction_id_happened_on"), "incident", ["jurisdiction_id", "happened_on"], unique=False)
    op.create_table(
        "bulletin_mention",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("bulletin_id", sa.Uuid(), nullable=False),
        sa.Column("said", sa.JSON(), nullable=False),
        sa.Column("told", sa.Integer(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed", sa.Boolean(), nullable=False),
        sa.Column("reply", sa.String(length=1000), nullable=True),
        sa.Column("replied_by", sa.String(length=80), nullable=True),
        sa.Column("replied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=500), nullable=True),
        sa.Column("struck", sa.String(length=200), nullable=True),
        sa.Column("decided_by", sa.String(length=80), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("final_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("called_note", sa.String(length=500), nullable=True),
        sa.Column("called_by", sa.String(length=80), nullable=True),
        sa.Column("called_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["bulletin_id"], ["bulletin.id"], name=op.f("fk_bulletin_mention_bulletin_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_bulletin_mention_enterprise_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin_mention")),
        sa.UniqueConstraint("bulletin_id", "enterprise_id", name=op.f("uq_bulletin_mention_bulletin_id_enterprise_id")),
    )
    op.create_index(
        op.f("ix_bulletin_mention_enterprise_id_bulletin_id"), "bulletin_mention", ["enterprise_id", "bulletin_id"], unique=False
    )
    op.create_index(
        "ix_bulletin_mention_unfinished",
        "bulletin_mention",
        ["bulletin_id"],
        unique=False,
        sqlite_where=sa.text("final_at IS NULL"),
        postgresql_where=sa.text("final_at IS NULL"),
    )
    op.create_index(
        "ix_bulletin_mention_untold",
        "bulletin_mention",
        ["bulletin_id"],
        unique=False,
        sqlite_where=sa.text("told IS NULL"),
        postgresql_where=sa.text("told IS NULL"),
    )
    op.create_table(
        "bulletin_signature",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("bulletin_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("content_sha256", sa.String(length=64), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["bulletin_id"], ["bulletin.id"], name=op.f("fk_bulletin_signature_bulletin_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_bulletin_signature_user_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulletin_signature")),
        sa.UniqueConstraint(
            "bulletin_id", "user_id", "content_sha256", name=op.f("uq_bulletin_signature_bulletin_id_user_id_content_sha256")
        ),
    )
    op.create_table(
        "lecture_signal",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("cleared_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("level IN ('notice', 'serious')", name=op.f("ck_lecture_signal_notice_or_serious")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_lecture_signal_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_lecture_signal_lecture_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lecture_signal")),
    )
    op.create_index(
        op.f("ix_lecture_signal_enterprise_id_raised_at"), "lecture_signal", ["enterprise_id", "raised_at"], unique=False
    )
    op.create_index(op.f("ix_lecture_signal_lecture_id"), "lecture_signal", ["lecture_id"], unique=False)
    op.create_index(
        "ix_lecture_signal_standing",
        "lecture_signal",
        ["lecture_id", "level"],
        unique=False,
        sqlite_where=sa.text("cleared_at IS NULL"),
        postgresql_where=sa.text("cleared_at IS NULL"),
    )
    op.create_table(
        "signal_check",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("due_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("checked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("faults", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_signal_check_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_signal_check_lecture_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal_check")),
        sa.UniqueConstraint("lecture_id", name=op.f("uq_signal_check_lecture_id")),
    )
    op.create_index(op.f("ix_signal_check_due_since"), "signal_check", ["due_since"], unique=False)
    op.create_index(
        op.f("ix_signal_check_enterprise_id_lecture_id"), "signal_check", ["enterprise_id", "lecture_id"], unique=False
    )
    op.create_table(
        "signal_word",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("lecture_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.String(length=30), nullable=False),
        sa.Column("said", sa.String(length=20), nullable=False),
        sa.Column("text", sa.String(length=500), nullable=False),
        sa.Column("said_by", sa.String(length=80), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_signal_word_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_signal_word_lecture_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signal_word")),
    )
    op.create_index(op.f("ix_signal_word_enterprise_id_lecture_id"), "signal_word", ["enterprise_id", "lecture_id"], unique=False)
    op.create_index(op.f("ix_signal_word_lecture_id_code"), "signal_word", ["lecture_id", "code"], unique=False)
    op.create_table(
        "standing",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("since_on", sa.Date(), nullable=False),
        sa.Column("until_on", sa.Date(), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("street_code", sa.String(length=20), nullable=False),
        sa.Column("street_name", sa.String(length=60), nullable=False),
        sa.Column("industry", sa.String(length=30), nullable=False),
        sa.Column("officer_name", sa.String(length=50), nullable=True),
        sa.Column("lecture_id", sa.Uuid(), nullable=True),
        sa.Column("lectured_on", sa.Date(), nullable=True),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("attended", sa.Integer(), nullable=False),
        sa.Column("examined", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=True),
        sa.Column("note", sa.String(length=200), nullable=True),
        sa.Column("exempt_until", sa.Date(), nullable=True),
        sa.Column("exempt_reason", sa.String(length=200), nullable=True),
        sa.Column("exempt_by", sa.String(length=80), nullable=True),
        sa.Column("rule_version", sa.Integer(), nullable=False),
        sa.Column("firm_state", sa.String(length=20), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("trade_authority", sa.String(length=60), nullable=True),
        sa.Column("lacks", sa.Integer(), nullable=False),
        sa.Column("lapsed_on", sa.Date(), nullable=True),
        sa.CheckConstraint("attended <= expected", name=op.f("ck_standing_no_more_than_expected")),
        sa.CheckConstraint("passed <= examined", name=op.f("ck_standing_passed_were_examined")),
        sa.CheckConstraint("until_on IS NULL OR until_on >= since_on", name=op.f("ck_standing_ends_after_it_starts")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_standing_campaign_id")),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_standing_enterprise_id")),
        sa.ForeignKeyConstraint(["lecture_id"], ["lecture.id"], name=op.f("fk_standing_lecture_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standing")),
    )
    op.create_index(
        "ix_standing_seen",
        "standing",
        [
            "campaign_id",
            "street_code",
            "industry",
            "until_on",
            "since_on",
            "state",
            "firm_state",
            "reason",
            "due_on",
            "exempt_until",
            "lectured_on",
            "officer_name",
            "trade_authority",
            "lacks",
            "expected",
            "attended",
            "examined",
            "passed",
            "enterprise_id",
            "lecture_id",
            "street_name",
            "id",
        ],
        unique=False,
    )
    op.create_index(
        "uq_standing_current",
        "standing",
        ["campaign_id", "enterprise_id"],
        unique=True,
        sqlite_where=sa.text("until_on IS NULL"),
        postgresql_where=sa.text("until_on IS NULL"),
    )
    op.create_index("uq_standing_one_a_day", "standing", ["enterprise_id", "campaign_id", "since_on"], unique=True)
    op.create_table(
        "firm_draw",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("jurisdiction_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("told", sa.String(length=200), nullable=False),
        sa.Column("seed", sa.String(length=40), nullable=False),
        sa.Column("pool", sa.JSON(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("drawn_by", sa.String(length=80), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["jurisdiction_id"], ["jurisdiction.id"], name=op.f("fk_firm_draw_jurisdiction_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_firm_draw_campaign_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_firm_draw")),
    )
    op.create_index(op.f("ix_firm_draw_jurisdiction_id_drawn_at"), "firm_draw", ["jurisdiction_id", "drawn_at"], unique=False)
    op.create_index(op.f("ix_firm_draw_campaign_id"), "firm_draw", ["campaign_id"], unique=False)
    op.create_table(
        "firm_visit",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("campaign_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("officer", sa.String(length=80), nullable=False),
        sa.Column("week_on", sa.Date(), nullable=False),
        sa.Column("draw_id", sa.Uuid(), nullable=True),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enterprise_id"], ["enterprise.id"], name=op.f("fk_firm_visit_enterprise_id")),
        sa.ForeignKeyConstraint(["campaign_id"], ["campaign.id"], name=op.f("fk_firm_visit_campaign_id")),
        sa.ForeignKeyConstraint(["user_id"], ["user_account.id"], name=op.f("fk_firm_visit_user_id")),
        sa.ForeignKeyConstraint(["draw_id"], ["firm_draw.id"], name=op.f("fk_firm_visit_draw_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_firm_visit")),
        sa.UniqueConstraint(
            "enterprise_id", "campaign_id", "user_id", "week_on",
            name=op.f("uq_firm_visit_enterprise_id_campaign_id_user_id_week_on"),
        ),
    )  # fmt: skip
    op.create_index(op.f("ix_firm_visit_week_on"), "firm_visit", ["week_on"], unique=False)


def downgrade() -> None:
    for table in reversed(TABLES):
        op.drop_table(table)
