import ArgumentParser

struct CacheCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cache", abstract: "Look at the store, check it, make room in it.",
        subcommands: [
            CacheListCommand.self, CacheInfoCommand.self, CacheVerifyCommand.self, CachePruneCommand.self,
        ])
}
