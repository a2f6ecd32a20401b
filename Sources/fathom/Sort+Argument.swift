public import ArgumentParser
public import Reporting

extension TextOptions.Sort: ExpressibleByArgument {}
