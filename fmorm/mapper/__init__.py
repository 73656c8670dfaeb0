"""Where models and protocol meet: replies to records, records to requests."""
