"""The importer of tables: every list that people upload is read here, whatever wrote the file."""
