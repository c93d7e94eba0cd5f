"""The form of a report: server-rendered, one part per kind, building the document that the API takes."""
