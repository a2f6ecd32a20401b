public import ArgumentParser
public import Reporting

extension HeatScale: ExpressibleByArgument {}
