import Foundation
import HadirKit

/// Stores under Application Support, readable from the first unlock on so that a sync works behind a locked screen, and in no backup.
struct Folders: StoreFolders {
    func folder(profile: Int) throws -> URL {
        var folder = try root().appending(path: "profile-\(profile)", directoryHint: .isDirectory)
        let protection: [FileAttributeKey: Any] = [
            .protectionKey: FileProtectionType.completeUntilFirstUserAuthentication
        ]
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: protection)
        // A folder that an older version made gets it too; files inherit it.
        try FileManager.default.setAttributes(protection, ofItemAtPath: folder.path)
        var kept = URLResourceValues()
        kept.isExcludedFromBackup = true
        try folder.setResourceValues(kept)
        return folder
    }

    func existing() -> [Int] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root().path)) ?? []
        return names.compactMap { $0.hasPrefix("profile-") ? Int($0.dropFirst("profile-".count)) : nil }
    }

    private func root() throws -> URL {
        try FileManager.default
            .url(for: .applicationSupportDirectory, in: .userDomainMask, appropriateFor: nil, create: true)
            .appending(path: "stores", directoryHint: .isDirectory)
    }

    func export() throws -> URL {
        FileManager.default.temporaryDirectory.appending(path: "hadir-\(UUID().uuidString).jsonl")
    }
}
