-- The delivery tables that Tidemark reads, for a database where nobody else owns them: demo, tests, imported logs.
--
-- The one foreign key is that to project: deleting a project takes its rows along. Nothing else is enforced, neither
-- references between rows nor the names of states and outcomes: operational data is dirty, and a row that points
-- nowhere or says something unknown is to be reported by the compute (metrics_quarantine), not refused here.
--
-- Each table has an index that leads with project_id, since everything is computed project by project.

CREATE TABLE project (
  id         uuid        NOT NULL,
  org_id     uuid,
  name       text        NOT NULL,
  status     text        NOT NULL DEFAULT 'active',  -- active, paused, archived
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT project_pkey PRIMARY KEY (id)
);

CREATE TABLE phase (
  id         uuid        NOT NULL,
  project_id uuid        NOT NULL REFERENCES project ON DELETE CASCADE,
  name       text        NOT NULL,
  sequence   integer     NOT NULL,
  created_at timestamptz NOT NULL,
  updated_at timestamptz NOT NULL,
  CONSTRAINT phase_pkey PRIMARY KEY (id)
);
CREATE INDEX phase_project ON phase (project_id, sequence);

CREATE TABLE milestone (
  id                      uuid        NOT NULL,
  project_id              uuid        NOT NULL REFERENCES project ON DELETE CASCADE,
  phase_id                uuid,
  name                    text        NOT NULL,
  sequence                integer     NOT NULL,
  planned_start_date      date,
  planned_completion_date date,
  actual_completion_date  date,
  created_at              timestamptz NOT NULL,
  updated_at              timestamptz NOT NULL,
  CONSTRAINT milestone_pkey PRIMARY KEY (id)
);
CREATE INDEX milestone_project ON milestone (project_id, sequence);

-- state is for people and other readers: the compute takes a task's states from event_log.
CREATE TABLE task (
  id              uuid        NOT NULL,
  project_id      uuid        NOT NULL REFERENCES project ON DELETE CASCADE,
  phase_id        uuid,
  milestone_id    uuid,
  short_id        text,
  title           text        NOT NULL,
  state           text        NOT NULL DEFAULT 'backlog',
  priority        integer     NOT NULL DEFAULT 100,  -- 0 is most urgent
  work_spec       jsonb       NOT NULL DEFAULT '{}',
  task_class      text,                              -- NULL counts as "other"
  capability_tags text[]      NOT NULL DEFAULT '{}',
  created_by      text,
  created_at      timestamptz NOT NULL,
  updated_at      timestamptz NOT NULL,
  CONSTRAINT task_pkey PRIMARY KEY (id)
);
CREATE INDEX task_project ON task (project_id, created_at);

-- Append-only. The sequence behind id must keep CACHE 1 and ascend: the watermark rests on it.
CREATE TABLE event_log (
  id             bigserial   NOT NULL,
  project_id     uuid        NOT NULL REFERENCES project ON DELETE CASCADE,
  entity_type    text        NOT NULL,
  entity_id      uuid,
  event_type     text        NOT NULL,
  payload        jsonb       NOT NULL DEFAULT '{}',
  caused_by      text,
  correlation_id text,
  created_at     timestamptz NOT NULL,
  CONSTRAINT event_log_pkey PRIMARY KEY (id)
);
-- All of one project's events, and those after a watermark.
CREATE INDEX event_log_project ON event_log (project_id, id);
-- One task's history, for a refresh that recomputes only the tasks that changed.
CREATE INDEX event_log_entity ON event_log (entity_id, id);
-- An import finds the events that it has already brought; writers that set no correlation id pay nothing for it.
CREATE UNIQUE INDEX event_log_correlation ON event_log (correlation_id) WHERE correlation_id IS NOT NULL;

CREATE TABLE dependency_edge (
  id           uuid        NOT NULL,
  project_id   uuid        NOT NULL REFERENCES project ON DELETE CASCADE,
  from_task_id uuid        NOT NULL,  -- the one waited for
  to_task_id   uuid        NOT NULL,  -- the one that waits
  unlock_on    text        NOT NULL,
  created_at   timestamptz NOT NULL,
  CONSTRAINT dependency_edge_pkey PRIMARY KEY (id)
);
CREATE INDEX dependency_edge_project ON dependency_edge (project_id, to_task_id);

CREATE TABLE gate_rule (
  id         uuid        NOT NULL,
  project_id uuid        NOT NULL REFERENCES project ON DELETE CASCADE,
  name       text        NOT NULL,
  scope      jsonb       NOT NULL DEFAULT '{}',  -- gate_type: what the gate is called in metrics, else its name
  is_active  boolean     NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL,
  CONSTRAINT gate_rule_pkey PRIMARY KEY (id)
);
CREATE INDEX gate_rule_project ON gate_rule (project_id);

CREATE TABLE gate_decision (
  id           uuid        NOT NULL,
  project_id   uuid        NOT NULL REFERENCES project ON DELETE CASCADE,
  gate_rule_id uuid        NOT NULL,
  task_id      uuid,
  phase_id     uuid,
  outcome      text        NOT NULL,  -- approved, rejected, approved_with_risk
  actor_id     text        NOT NULL,
  reason       text        NOT NULL DEFAULT '',
  created_at   timestamptz NOT NULL,
  CONSTRAINT gate_decision_pkey PRIMARY KEY (id)
);
CREATE INDEX gate_decision_project ON gate_decision (project_id, task_id, created_at);

CREATE TABLE gate_candidate_link (
  id                uuid        NOT NULL,
  project_id        uuid        NOT NULL REFERENCES project ON DELETE CASCADE,
  gate_task_id      uuid        NOT NULL,
  candidate_task_id uuid        NOT NULL,
  candidate_order   integer     NOT NULL DEFAULT 0,
  created_at        timestamptz NOT NULL,
  CONSTRAINT gate_candidate_link_pkey PRIMARY KEY (id)
);
CREATE INDEX gate_candidate_link_project ON gate_candidate_link (project_id, candidate_task_id, created_at);

CREATE TABLE integration_attempt (
  id          uuid        NOT NULL,
  project_id  uuid        NOT NULL REFERENCES project ON DELETE CASCADE,
  task_id     uuid        NOT NULL,
  result      text        NOT NULL,  -- queued, success, conflict, failed_checks, aborted
  diagnostics jsonb       NOT NULL DEFAULT '{}',
  started_at  timestamptz NOT NULL,
  ended_at    timestamptz,
  CONSTRAINT integration_attempt_pkey PRIMARY KEY (id)
);
CREATE INDEX integration_attempt_project ON integration_attempt (project_id, task_id, started_at);

CREATE TABLE artifact (
  id            uuid        NOT NULL,
  project_id    uuid        NOT NULL REFERENCES project ON DELETE CASCADE,
  task_id       uuid        NOT NULL,
  agent_id      text        NOT NULL,
  check_status  text        NOT NULL DEFAULT 'pending',  -- pending, passed, failed
  touched_files jsonb       NOT NULL DEFAULT '[]',
  created_at    timestamptz NOT NULL,
  CONSTRAINT artifact_pkey PRIMARY KEY (id)
);
CREATE INDEX artifact_project ON artifact (project_id, created_at);

CREATE TABLE lease (
  id           uuid        NOT NULL,
  project_id   uuid        NOT NULL REFERENCES project ON DELETE CASCADE,
  task_id      uuid        NOT NULL,
  agent_id     text        NOT NULL,
  status       text        NOT NULL,
  created_at   timestamptz NOT NULL,
  expires_at   timestamptz NOT NULL,
  heartbeat_at timestamptz NOT NULL,
  released_at  timestamptz,
  CONSTRAINT lease_pkey PRIMARY KEY (id)
);
CREATE INDEX lease_project ON lease (project_id, task_id, created_at);

CREATE TABLE plan_change_set (
  id                  uuid        NOT NULL,
  project_id          uuid        NOT NULL REFERENCES project ON DELETE CASCADE,
  base_plan_version   integer     NOT NULL,
  target_plan_version integer     NOT NULL,
  status              text        NOT NULL,
  operations          jsonb       NOT NULL DEFAULT '[]',
  created_at          timestamptz NOT NULL,
  applied_at          timestamptz,
  CONSTRAINT plan_change_set_pkey PRIMARY KEY (id)
);
CREATE INDEX plan_change_set_project ON plan_change_set (project_id, applied_at);
