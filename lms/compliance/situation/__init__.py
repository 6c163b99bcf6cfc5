"""The situation (形势): accidents and near misses of a place, month by month, beside how far its training has come."""
