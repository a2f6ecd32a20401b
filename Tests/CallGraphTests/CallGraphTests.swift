import CallGraph
