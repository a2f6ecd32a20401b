import Disassembly
import Foundation
import ProgramModel
import SystemPackage
import Testing

/// A repository of somebody else's, whose configuration names programs wherever git may start one.
@Suite("Foreign repositories") struct GitRepositoryTests {
  /// `one.go` in two commits, tagged `old` and `new`, and a `mark` that a program which runs leaves behind.
  private struct Repository {
    let folder: FilePath
    var code: FilePath { folder.appending("code") }
    var mark: FilePath { folder.appending("mark") }

    init() async throws {
      folder = try scratchFolder()
      try write(
        "#!/bin/sh\necho \"$0\" >>'\(mark)'\ncat\n", to: folder.appending("evil"),
        mode: [.ownerReadWriteExecute])
      try await shell(
        """
        git init -q code && cd code
        printf 'package one\\n\\nfunc A() {}\\n' >one.go
        git add -A && git commit -qm 1 && git tag old
        printf 'package one\\n\\nfunc A() {}\\n\\nfunc B() {}\\n' >one.go
        git add -A && git commit -qm 2 && git tag new
        """)
    }

    /// Runs a script beside `code`.
    func shell(_ text: String) async throws {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/bin/sh")
      process.arguments = ["-ec", text]
      process.currentDirectoryURL = URL(fileURLWithPath: folder.string)
      process.environment = [
        "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "", "HOME": folder.string,
        "GIT_CONFIG_NOSYSTEM": "1", "EVIL": folder.appending("evil").string,
        "GIT_AUTHOR_NAME": "t", "GIT_AUTHOR_EMAIL": "t@example.com", "GIT_COMMITTER_NAME": "t",
        "GIT_COMMITTER_EMAIL": "t@example.com",
      ]
      try process.run()
      process.waitUntilExit()
      try #require(process.terminationStatus == 0, "\(text)")
    }

    func opened(_ path: FilePath? = nil) async throws -> GitRepository {
      try await GitRepository(around: path ?? code, Toolbox())
    }

    /// The Go files of a commit, as they are lent.
    func files(_ revision: String) async throws -> [String: String] {
      let repository = try await opened()
      let commit = try #require(try await repository.commit(of: revision))
      return try await repository.withFiles(of: commit) { files in
        let folder = files.folder.string
        var contents: [String: String] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
          contents[name] = try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)
        }
        return contents
      }
    }

    func changes(since revision: String) async throws -> [String: [ClosedRange<Int>]] {
      let repository = try await opened()
      let commit = try #require(try await repository.commit(of: revision))
      return try await repository.changedLines(since: commit) { $0.hasSuffix(".go") }
    }

    func expectNothingRan() throws {
      let marks = (try? String(contentsOfFile: mark.string, encoding: .utf8)) ?? ""
      #expect(marks == "")
    }
  }

  private static let both = [
    "one.go": "package one\n\nfunc A() {}\n\nfunc B() {}\n"
  ]

  /// Every way of git's configuration and attributes to name a program that reading or comparing files could start.
  @Test(arguments: [
    // In the repository's configuration.
    "git config filter.x.smudge $EVIL; git config filter.x.clean $EVIL; git config filter.x.process $EVIL; "
      + "git config filter.x.required true; echo '* filter=x' >.git/info/attributes",
    // For a linked worktree alone.
    "printf '[filter \"x\"]\\n\\tsmudge = %s\\n\\tclean = %s\\n' $EVIL $EVIL >.git/more; "
      + "printf '[includeIf \"gitdir:**/worktrees/**\"]\\n\\tpath = more\\n' >>.git/config; "
      + "echo '* filter=x' >.gitattributes; git add .gitattributes",
    "git config extensions.worktreeConfig true; git config --worktree filter.x.smudge $EVIL; "
      + "git config --worktree filter.x.clean $EVIL; echo '* filter=x' >.git/info/attributes",
    // Among 20,000 other keys, and under a name that is no UTF-8, or that Unicode takes for another.
    "{ echo '[a]'; seq -f 'k%.0f = 1' 20000; } >>.git/config; git config filter.x.clean $EVIL; "
      + "git config filter.x.smudge $EVIL; echo '* filter=x' >.git/info/attributes",
    "printf '[filter \"\\377\"]\\n\\tclean = %s\\n\\tsmudge = %s\\n' $EVIL $EVIL >>.git/config; "
      + "printf '* filter=\\377\\n' >.git/info/attributes",
    "printf '[filter \"e\\314\\201\"]\\n\\tclean = %s\\n\\tsmudge = %s\\n' $EVIL $EVIL >>.git/config; "
      + "printf '[filter \"\\303\\251\"]\\n\\tclean = cat\\n' >>.git/config; printf '* filter=e\\314\\201\\n' >.git/info/attributes",
    // Differences.
    "git config diff.external $EVIL; git config diff.x.command $EVIL; git config diff.x.textconv $EVIL; "
      + "echo '*.go diff=x' >.git/info/attributes",
    // While files are looked for.
    "git config core.fsmonitor $EVIL; git config core.hooksPath $PWD/../hooks; mkdir ../hooks; "
      + "for h in post-checkout post-index-change reference-transaction fsmonitor-watchman; do cp $EVIL ../hooks/$h; done",
    // Pagers, editors, askpass, aliases of what is run.
    "for c in ls-tree cat-file ls-files hash-object diff rev-parse; do git config pager.$c $EVIL; git config alias.$c \"!$EVIL\"; done; "
      + "git config core.pager $EVIL; git config core.editor $EVIL; git config core.askPass $EVIL; git config interactive.diffFilter $EVIL",
  ])
  func nothingRuns(configuration: String) async throws {
    let repository = try await Repository()
    try await repository.shell("cd code; \(configuration)\nrm -f ../mark; touch one.go")
    #expect(try await repository.files("old").keys.contains("one.go"))
    #expect(try await repository.files("new")["one.go"] == Self.both["one.go"])
    #expect(try await repository.changes(since: "old")["one.go"] == [4...5])
    try repository.expectNothingRan()
  }

  /// Every key that git itself knows names a program, all at once, less those that end git itself: what git's own commands
  /// start of these, fathom does not.
  @Test func noKeyRuns() async throws {
    let repository = try await Repository()
    try await repository.shell(
      #"""
      cd code
      cp .git/config ../plain
      git help -c | sed 's/<[^>]*>/x/g' | grep -E '^[a-zA-Z]+\.[^*_]*$' |
        grep -vE '^(include|advice|color)|^(core.createObject|core.worktree|core.attributesFile|diff.ignoreSubmodules|remote.x.fetch|remote.x.push|fetch.negotiationAlgorithm)$' | sort -u |
        while read -r name; do
          section=${name%%.*} rest=${name#*.} middle=
          case $rest in *.*) middle=" \"${rest%.*}\"" ;; esac
          printf '[%s%s]\n\t%s = %s\n' "$section" "$middle" "${rest##*.}" "$EVIL"
        done >../keys
      cat ../plain ../keys >.git/config
      echo '*.go filter=x diff=x merge=x' >.git/info/attributes
      touch one.go
      # A truth value, a number or a choice that is none ends git, which names the key.
      while ! said=$({ git ls-files; git status; git diff; } 2>&1 >../out); do
        key=$(echo "$said" | sed -n "s/.*for '\([^']*\)'.*/\1/p; s/.*variable '\([^']*\)'.*/\1/p" | head -n 1)
        git -C / config -f "$PWD/.git/config" --unset-all "$key"
      done
      [ $(grep -c evil .git/config) -gt 500 ]
      rm ../mark
      touch one.go
      """#)
    #expect(try await repository.files("old").keys.contains("one.go"))
    #expect(try await repository.files("new")["one.go"] == Self.both["one.go"])
    #expect(try await repository.changes(since: "old")["one.go"] == [4...5])
    try repository.expectNothingRan()
  }

  /// An object that is not there would be fetched, by whatever the remote's address names.
  @Test(arguments: ["ext::$EVIL", "ssh://example.com/x", "https://example.invalid/x", "file:///nowhere"])
  func nothingIsFetched(address: String) async throws {
    let repository = try await Repository()
    try await repository.shell(
      """
      cd code
      o=$(git rev-parse old:one.go); rm -f .git/objects/${o%${o#??}}/${o#??}
      git config core.repositoryformatversion 1; git config extensions.partialClone origin
      git config remote.origin.url "\(address)"; git config remote.origin.promisor true
      git config protocol.allow always; git config protocol.ext.allow always; git config core.sshCommand $EVIL
      """)
    let files = await #expect(throws: DisassemblyError.self) { try await repository.files("old") }
    #expect(files.map { "\($0)" }?.contains("is not in this clone") == true)
    let changes = await #expect(throws: DisassemblyError.self) { try await repository.changes(since: "old") }
    #expect(changes.map { "\($0)" }?.contains("is not in this clone") == true)
    try repository.expectNothingRan()
  }

  /// A folder of a clone that is a repository without saying so.
  @Test func aBareRepositoryInAClone() async throws {
    let repository = try await Repository()
    try await repository.shell(
      "cd code; git init -q --bare inner; git --git-dir=inner config core.fsmonitor $EVIL; "
        + "git --git-dir=inner config core.worktree $PWD; git --git-dir=inner config core.bare false")
    await #expect(throws: DisassemblyError.self) {
      let inner = try await repository.opened(repository.code.appending("inner"))
      _ = try await inner.changedLines(since: "HEAD") { _ in true }
    }
    try repository.expectNothingRan()
  }

  /// What git would leave out, or count otherwise.
  @Test func changesInAnyFile() async throws {
    let repository = try await Repository()
    try await repository.shell(
      """
      cd code
      printf 'package one\\r\\n\\r\\nvar A = 1\\r\\nvar B = 2\\r\\nvar C = 3\\r\\nvar D = 4\\r\\n' >crlf.go
      printf 'package one\\n\\nvar E = 1\\nvar F = 2\\n' >binary.pb.go
      printf 'package one\\n\\nvar G = 1\\n' >ends.go
      { echo 'package one'; seq -f 'var L%.0f = 1' 200000; } >large.go
      printf 'package one\\n\\nvar H = 1\\n' >'with "quotes".go'
      echo '*.pb.go -diff' >.gitattributes
      git add -A; git commit -qm base; git tag base
      printf 'package one\\r\\n\\r\\nvar A = 2\\r\\nvar B = 2\\r\\nvar C = 4\\r\\nvar D = 4\\r\\n' >crlf.go
      printf 'package one\\n\\nvar E = 1\\nvar F = 3\\n' >binary.pb.go
      printf 'package one\\r\\n\\r\\nvar G = 1\\r\\n' >ends.go
      { echo 'package one'; seq -f 'var L%.0f = 2' 200000; } >large.go
      printf 'package one\\n\\nvar H = 2\\n' >'with "quotes".go'
      printf 'package one\\n' >untracked.go
      printf 'package one\\n' >staged.go; git add staged.go
      rm one.go
      """)
    let changes = try await repository.changes(since: "base")
    #expect(
      changes == [
        "crlf.go": [3...3, 5...5], "binary.pb.go": [4...4], "ends.go": [], "large.go": [2...200_001],
        "with \"quotes\".go": [3...3], "untracked.go": [1...Int.max], "staged.go": [1...Int.max],
      ])
  }

  /// Of a submodule what differs from the commit that the outer commit names; of a repository in the repository, all.
  @Test func changesInSubmodules() async throws {
    let repository = try await Repository()
    try await repository.shell(
      """
      git init -q lib && cd lib
      printf 'package lib\\n\\nvar A = 1\\n' >lib.go
      git add -A && git commit -qm lib && cd ../code
      git -c protocol.file.allow=always submodule --quiet add ../lib sub
      git commit -qm sub && git tag base
      printf 'package lib\\n\\nvar A = 2\\n' >sub/lib.go
      git init -q nested && printf 'package nested\\n' >nested/nested.go
      """)
    #expect(
      try await repository.changes(since: "base") == [
        "sub/lib.go": [3...3], "nested/nested.go": [1...Int.max],
      ])
    // Before there was the submodule, and after its own commit moved on.
    #expect(try await repository.changes(since: "new")["sub/lib.go"] == [1...Int.max])
    try await repository.shell("cd code/sub; git commit -qam moved; cd ..; git add sub; git commit -qm moved")
    #expect(try await repository.changes(since: "base")["sub/lib.go"] == [3...3])
  }

  /// Bytes as they were committed: with their line ends, modes and links, and nothing outside of the folder.
  @Test func filesAreAsTheyWereCommitted() async throws {
    let repository = try await Repository()
    try await repository.shell(
      """
      cd code
      printf 'a\\r\\nb\\n' >mixed.txt; printf '#!/bin/sh\\n' >run.sh; chmod +x run.sh; ln -s mixed.txt link
      mkdir -p deep/er; printf 'x' >'deep/er/a b'
      git config core.autocrlf true; git add -A 2>/dev/null; git -c core.autocrlf=false add --renormalize . ; git commit -qm files
      """)
    let files = try await repository.files("HEAD")
    #expect(files["mixed.txt"] == "a\r\nb\n" && files["deep/er/a b"] == "x" && files["link"] == "a\r\nb\n")
  }

  /// Trees that no git makes.
  @Test(arguments: [
    "100644 blob B\\t..%sx", "100644 blob B\\t../x", "040000 tree T\\t..", "040000 tree T\\t.git",
    "040000 tree T\\t.GIT",
  ])
  func noFileLandsOutside(row: String) async throws {
    let repository = try await Repository()
    // `git mktree` refuses a slash, so the tree is written by hand where it has one.
    try await repository.shell(
      """
      cd code
      b=$(git rev-parse new:one.go); t=$(git rev-parse new^{tree})
      row=$(printf '\(row)' / | sed "s/blob B/blob $b/; s/tree T/tree $t/")
      t=$(printf '%s\\n' "$row" | git mktree 2>/dev/null) || {
        name=$(printf '%s' "$row" | cut -f 2)
        t=$(python3 -c '
      import sys, subprocess
      body = b"100644 " + sys.argv[1].encode() + b"\\0" + bytes.fromhex(sys.argv[2])
      print(subprocess.run(["git", "hash-object", "--literally", "-t", "tree", "-w", "--stdin"], input=body, stdout=subprocess.PIPE).stdout.decode())
      ' "$name" "$b")
      }
      git tag evil $(git commit-tree -m evil $t)
      """)
    let error = await #expect(throws: DisassemblyError.self) { try await repository.files("evil") }
    #expect(error.map { "\($0)" }?.contains("it names a file that can lie in no folder") == true, "\(row)")
  }

  /// A package is never an option of the go command's.
  @Test(arguments: ["-toolexec=evil", "-exec", "--", "-C/tmp"])
  func aPackageIsNoOption(name: String) async throws {
    let folder = try scratchFolder()
    try module(in: folder)
    let build = try GoBuild(
      Toolbox(environment: testEnvironment()), environment: testEnvironment(cache: folder))
    for packages in [[name], ["./cmd/one", name]] {
      let error = await #expect(throws: DisassemblyError.self) {
        _ = try await build.archives(packages: packages, directory: folder)
      }
      #expect(error.map { "\($0)" }?.contains("not a package") == true)
    }
  }
}
