DROP TABLE metrics_task_timeline;
DROP TABLE metrics_project_memory;
