"""Going to enterprises (上门): those ticked on a list, or drawn from it by chance."""
