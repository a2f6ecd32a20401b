import Disassembly

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

// A reader that goes away is seen where it is written to (Output).
_ = signal(SIGPIPE, SIG_IGN)

Interruption.install()
exit(await Runner.run(ArgumentBytes.ofProcess()))
