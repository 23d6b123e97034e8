"""The log and the metrics: one wide line for each unit of work, with ids and outcomes."""
