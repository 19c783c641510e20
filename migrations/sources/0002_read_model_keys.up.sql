-- Where the project table is Tidemark's own, the four read-model tables reference it: a deleted project takes its
-- metrics along at once. On somebody else's project table this would need a privilege there and could forbid the owner
-- a delete. A migration of its own, so that undoing the read model undoes this link and not the imported sources.
-- Requires: readmodel 0001

ALTER TABLE metrics_summary ADD CONSTRAINT metrics_summary_project
  FOREIGN KEY (project_id) REFERENCES project ON DELETE CASCADE;
ALTER TABLE metrics_trend_point ADD CONSTRAINT metrics_trend_point_project
  FOREIGN KEY (project_id) REFERENCES project ON DELETE CASCADE;
ALTER TABLE metrics_breakdown_point ADD CONSTRAINT metrics_breakdown_point_project
  FOREIGN KEY (project_id) REFERENCES project ON DELETE CASCADE;
ALTER TABLE metrics_drilldown ADD CONSTRAINT metrics_drilldown_project
  FOREIGN KEY (project_id) REFERENCES project ON DELETE CASCADE;
