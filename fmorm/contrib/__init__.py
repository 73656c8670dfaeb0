"""Where fmorm meets other libraries: each module of a library's name needs the extra of that name."""
