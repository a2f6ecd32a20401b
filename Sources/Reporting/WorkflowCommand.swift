/// A command that GitHub's runner reads from the log of a step: `::error file=a.go,line=88::message`.
///
/// The escapes are those of the runner's own code (`ActionCommand.cs`): `%`, CR and LF in the message, in
/// properties the colon and the comma too.
struct WorkflowCommand {
  /// The commands that make annotations.
  enum Name: String {
    case error, warning, notice
  }

  var name: Name
  var properties: [(key: String, value: String)]
  var message: String

  /// The command, without the line feed that ends it.
  var text: String {
    var out = "::" + name.rawValue
    for (i, property) in properties.enumerated() {
      out += (i == 0 ? " " : ",") + property.key + "=" + Self.escaped(property.value, isProperty: true)
    }
    return out + "::" + Self.escaped(message, isProperty: false)
  }

  /// Returns a text with the escapes of a message or of a property's value.
  private static func escaped(_ text: String, isProperty: Bool) -> String {
    var out = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "%": out += "%25".unicodeScalars
      case "\r": out += "%0D".unicodeScalars
      case "\n": out += "%0A".unicodeScalars
      case ":" where isProperty: out += "%3A".unicodeScalars
      case "," where isProperty: out += "%2C".unicodeScalars
      default: out.append(scalar)
      }
    }
    return String(out)
  }

  /// Returns text in which the runner finds no command, see ``CommandDefuser``.
  static func defused(_ text: String) -> String {
    var defuser = CommandDefuser(.text)
    return String(decoding: defuser.defused(Array(text.utf8).span), as: UTF8.self)
  }
}
