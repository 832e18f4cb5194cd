import Foundation
import HadirKit
import Testing

/// The app's own files, which no test here can run: read as texts and lists.
@Suite struct AppFolderTests {
    private static let root = URL(fileURLWithPath: ProcessInfo.processInfo.environment["HADIR_ROOT"] ?? "../..")
    private static let resources = root.appendingPathComponent("ios/HadirApp/Resources")

    /// Swift files below a folder of ios/, by path.
    private static func sources(_ folders: String...) throws -> [String: String] {
        var found: [String: String] = [:]
        for folder in folders {
            let base = root.appendingPathComponent("ios/\(folder)")
            for case let file as URL in try #require(
                FileManager.default.enumerator(at: base, includingPropertiesForKeys: nil))
            where file.pathExtension == "swift" {
                found[file.path] = try String(contentsOf: file, encoding: .utf8)
            }
        }
        #expect(!found.isEmpty)
        return found
    }

    private static func list(_ name: String) throws -> [String: Any] {
        let data = try Data(contentsOf: resources.appendingPathComponent(name))
        return try #require(PropertyListSerialization.propertyList(from: data, format: nil) as? [String: Any])
    }

    /// The words of a catalogue, by key: languages and texts.
    private static func catalogue(_ name: String) throws -> [String: [String: String]] {
        struct Catalogue: Decodable {
            struct Unit: Decodable { let value: String }
            struct Language: Decodable { let stringUnit: Unit }
            struct Word: Decodable { let localizations: [String: Language] }
            let strings: [String: Word]
        }
        let data = try Data(contentsOf: resources.appendingPathComponent(name))
        return try JSONDecoder().decode(Catalogue.self, from: data).strings
            .mapValues { $0.localizations.mapValues(\.stringUnit.value) }
    }

    @Test func everyWordThatTheShellNamesStandsInTheTableInBothLanguages() throws {
        let words = try Self.catalogue("Localizable.xcstrings")
        let sections = Set(words.keys.compactMap { $0.split(separator: "_").first }.map(String.init))
        // A literal that looks like a key is one: `section_name`.
        let literal = /"([a-z]+)_([a-z_]+)"/
        var named: Set<String> = []
        for (path, text) in try Self.sources("HadirKit/Sources/HadirKit", "HadirApp") {
            for match in text.matches(of: literal) where sections.contains(String(match.1)) {
                let key = "\(match.1)_\(match.2)"
                named.insert(key)
                #expect(words[key]?["id"] != nil && words[key]?["en"] != nil, "\(key) in \(path)")
            }
        }
        #expect(Set(words.keys).subtracting(named) == [], "words that no screen says")
    }

    @Test func aWordIsFilledWithAsManyTextsAsItHasHoles() throws {
        let words = try Self.catalogue("Localizable.xcstrings")
        let call = /say\("([a-z_]+)"((?:, [^"\n]+?)?)\)[ ,)\n.]/
        for (path, text) in try Self.sources("HadirApp") {
            for match in text.matches(of: call) {
                let holes = words[String(match.1)]?["id"]?.matches(of: /%\d\$@/).count ?? 0
                #expect(holes == 0 || !match.2.isEmpty, "\(match.1) in \(path)")
                #expect(holes > 0 || match.2.isEmpty, "\(match.1) in \(path)")
            }
        }
    }

    @Test func theShellHoldsNothingThatIsTheCores() throws {
        let core = [
            "URLSession", "URLRequest", "JSONEncoder", "JSONDecoder", "JSONSerialization", "SHA256", "Curve25519",
            "P256", "HMAC", "HPKE", "DateFormatter", "ISO8601", "addingTimeInterval", "date(byAdding",
            "dateComponents(",
        ]
        for (path, text) in try Self.sources("HadirKit/Sources/HadirKit", "HadirApp") {
            for word in core { #expect(!text.contains(word), "\(word) in \(path)") }
            let wraps = path.hasSuffix("KeychainVault.swift")
            #expect(wraps || !text.contains("import CryptoKit"), "\(path)")
            #expect(path.hasSuffix("Signal.swift") || !text.contains("import Network"), "\(path)")
        }
    }

    @Test func theKitNeedsNothingButFoundationAndTheBorder() throws {
        for (path, text) in try Self.sources("HadirKit/Sources/HadirKit") {
            for match in text.matches(of: /(?m)^import (\w+)$/) {
                let known = ["Foundation", "HadirCore", "Observation", "Dispatch"]
                #expect(known.contains(String(match.1)), "\(match.1) in \(path)")
            }
        }
    }

    @Test func noFileIsLongerThanThreeHundredLines() throws {
        for (path, text) in try Self.sources(
            "HadirKit/Sources/HadirKit", "HadirKit/Tests/HadirKitTests", "HadirApp", "Stubs")
        {
            #expect(text.split(separator: "\n", omittingEmptySubsequences: false).count <= 300, "\(path)")
        }
    }

    @Test func thePrivacyManifestNamesTheClockAndNoTracking() throws {
        let manifest = try Self.list("PrivacyInfo.xcprivacy")
        #expect(manifest["NSPrivacyTracking"] as? Bool == false)
        let used = try #require(manifest["NSPrivacyAccessedAPITypes"] as? [[String: Any]])
        let reasons = Dictionary(
            uniqueKeysWithValues: used.map {
                (
                    $0["NSPrivacyAccessedAPIType"] as? String ?? "",
                    $0["NSPrivacyAccessedAPITypeReasons"] as? [String] ?? []
                )
            })
        #expect(reasons["NSPrivacyAccessedAPICategorySystemBootTime"] == ["35F9.1"])
        let collected = try #require(manifest["NSPrivacyCollectedDataTypes"] as? [[String: Any]])
        #expect(!collected.isEmpty)
        for kind in collected { #expect(kind["NSPrivacyCollectedDataTypeTracking"] as? Bool == false) }
        let kinds = Set(collected.compactMap { $0["NSPrivacyCollectedDataType"] as? String })
        // A self-assessment seals name, unit and telephone beside the answers.
        for kind in ["Health", "Name", "PhoneNumber", "PreciseLocation"] {
            #expect(kinds.contains("NSPrivacyCollectedDataType\(kind)"))
        }
        for kind in collected {
            #expect(kind["NSPrivacyCollectedDataTypeLinked"] as? Bool == true)
            let purposes = kind["NSPrivacyCollectedDataTypePurposes"] as? [String]
            #expect(purposes == ["NSPrivacyCollectedDataTypePurposeAppFunctionality"])
        }
    }

    @Test func whatTheCodeAsksOfInfoPlistStandsThereAndIsSaidInBothLanguages() throws {
        let info = try Self.list("Info.plist")
        let code = try Self.sources("HadirApp").values.joined(separator: "\n")
        let task = try #require(code.firstMatch(of: /identifier = "([a-z.]+)"/)?.1)
        #expect(info["BGTaskSchedulerPermittedIdentifiers"] as? [String] == [String(task)])
        let purpose = try #require(code.firstMatch(of: /withPurposeKey: "(\w+)"/)?.1)
        let purposes = try #require(info["NSLocationTemporaryUsageDescriptionDictionary"] as? [String: String])
        let said = try Self.catalogue("InfoPlist.xcstrings")
        #expect(purposes[String(purpose)] == said[String(purpose)]?["id"])
        let usage = "NSLocationWhenInUseUsageDescription"
        #expect(info[usage] as? String == said[usage]?["id"])
        #expect(Set(said[usage].map { Array($0.keys) } ?? []) == ["id", "en"])
        #expect(info["UIBackgroundModes"] as? [String] == ["fetch", "location"])
    }

    @Test func theStoreIsReadableFromTheFirstUnlockOnAndInNoBackup() throws {
        let rights = try Self.list("Hadir.entitlements")
        let protection = rights["com.apple.developer.default-data-protection"] as? String
        #expect(protection == "NSFileProtectionCompleteUntilFirstUserAuthentication")
        let folders = try #require(try Self.sources("HadirApp").first { $0.key.hasSuffix("Folders.swift") }?.value)
        #expect(folders.contains("completeUntilFirstUserAuthentication"))
        #expect(folders.contains("isExcludedFromBackup = true"))
        let vault = try #require(try Self.sources("HadirApp").first { $0.key.hasSuffix("KeychainVault.swift") }?.value)
        #expect(vault.contains("kSecAttrAccessibleAfterFirstUnlockThisDeviceOnly"))
    }
}
