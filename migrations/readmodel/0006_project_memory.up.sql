-- What a refresh keeps of a project, so that the next one reads only the tasks that are still live and recomputes only
-- the buckets that can have changed. Everything here follows from the sources: without it the next refresh of the
-- project is a whole one. Written in the transaction that commits the project's rows.

-- One row per project.
CREATE TABLE metrics_project_memory (
  project_id uuid  NOT NULL,
  memory     jsonb NOT NULL,  -- the as-of, what its settled tasks add up to, how its milestones stood
  CONSTRAINT metrics_project_memory_pkey PRIMARY KEY (project_id)
);

-- One row per task. Its rows in the sources are read again only while it is live, or when one of them changes.
CREATE TABLE metrics_task_timeline (
  project_id uuid        NOT NULL,
  task_id    uuid        NOT NULL,
  first_at   timestamptz NOT NULL,  -- the earliest instant of any row that names it
  settled_at timestamptz,           -- the latest; NULL: it is open, or something of it lies ahead or still lasts
  live       boolean     NOT NULL,  -- false: it is counted in metrics_project_memory
  attributes text        NOT NULL,  -- hash of the attributes that metrics use
  CONSTRAINT metrics_task_timeline_pkey PRIMARY KEY (project_id, task_id)
);

-- The live tasks of a project, however many it ever had.
CREATE INDEX metrics_task_timeline_live ON metrics_task_timeline (project_id) WHERE live;

COMMENT ON TABLE metrics_project_memory IS
  'Per project: what the next refresh builds on instead of the settled tasks.';
COMMENT ON TABLE metrics_task_timeline IS
  'Per task: from when on it counts, and whether a refresh still reads it.';
