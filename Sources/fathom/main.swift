#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

// A reader that goes away is seen where it is written to (Output).
_ = signal(SIGPIPE, SIG_IGN)

let interruption = Interruption()
let work = Task { await Runner.run(ArgumentBytes.ofProcess()) }
interruption.watch { work.cancel() }
let code = await work.value
interruption.finish()
exit(code)
