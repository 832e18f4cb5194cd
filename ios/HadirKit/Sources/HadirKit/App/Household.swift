import Foundation
import HadirCore
import Observation

/// Somebody on this phone, as the list of people shows them.
public struct PersonRow: Equatable, Identifiable, Sendable {
    /// The profile's number.
    public let id: Int
    /// `nil` where nobody is enrolled in it.
    public let person: PersonCard?
    public let hasPin: Bool
    /// Why this profile can't be opened now, if so.
    public let trouble: Trouble?
}

/// The people on this phone, each with a store of their own. Opens each store once and holds it.
@MainActor public final class Household {
    public let phone: Phone
    private var desks: [Int: Desk] = [:]
    private var closing: [Int: Task<Void, Never>] = [:]
    private var opening: [Int: Task<Desk, any Error>] = [:]

    public init(phone: Phone) { self.phone = phone }

    /// The language that was chosen, else the phone's.
    public var language: Language {
        phone.notebook[.language].flatMap(Language.init(tag:)) ?? .preferred(phone.languages)
    }

    /// Chooses the language of every screen.
    public func speak(_ language: Language) {
        phone.notebook[.language] = language.tag
        desks.values.forEach { $0.speak(language) }
    }

    /// Profiles with a store.
    public var profiles: [Int] { phone.folders.existing().filter { 1...Limits.profiles ~= $0 }.sorted() }

    /// A profile that nobody has; `nil` when the phone is full.
    public func spare() async -> Int? {
        let known = profiles
        if let new = (1...Limits.profiles).first(where: { !known.contains($0) }) { return new }
        return await people().first { $0.person == nil && $0.trouble == nil }?.id
    }

    /// A profile's engine, opened if it is not yet.
    public func desk(_ profile: Int) async throws -> Desk {
        // A store that is not released yet would be found in use.
        await closing[profile]?.value
        if let desk = desks[profile] { return desk }
        // Two who ask at once must not open the store twice: the second would find it in use.
        let task =
            opening[profile]
            ?? Task {
                defer { opening[profile] = nil }
                let desk = try await open(profile)
                // By whoever opened it, at once: another who waited may wake up after it was closed again.
                desks[profile] = desk
                return desk
            }
        opening[profile] = task
        return try await task.value
    }

    private func open(_ profile: Int) async throws -> Desk {
        let folder = try phone.folders.folder(profile: profile)
        let config = OpenConfig(
            directory: folder.path, app: phone.app, bootMark: nil, language: language, proxy: phone.proxy())
        return try await Desk.open(config, vault: phone.vaults.vault(profile: profile))
    }

    /// Closes a profile's engine, if it is open.
    public func close(_ profile: Int) async {
        guard let desk = desks.removeValue(forKey: profile) else { return }
        let task = Task { _ = await desk.close() }
        closing[profile] = task
        await task.value
        if closing[profile] == task { closing[profile] = nil }
    }

    /// Ends the network calls of every open engine that are under way; waits for none.
    public func cancel() { desks.values.forEach { $0.cancel() } }

    /// The open engines of people who are enrolled.
    public func enrolled() async -> [(profile: Int, desk: Desk)] {
        var found: [(Int, Desk)] = []
        for profile in profiles {
            guard let desk = try? await desk(profile),
                (try? await desk.ask({ try $0.standing() })) == .enrolled
            else { continue }
            found.append((profile, desk))
        }
        return found
    }

    /// Who is on this phone.
    public func people() async -> [PersonRow] {
        var rows: [PersonRow] = []
        for profile in profiles {
            do {
                let desk = try await desk(profile)
                let enrolled = try await desk.ask { try $0.standing() } == .enrolled
                let person = enrolled ? try await desk.ask { try $0.today().person } : nil
                let hasPin = enrolled ? try await desk.ask { try $0.hasPin() } : false
                rows.append(PersonRow(id: profile, person: person, hasPin: hasPin, trouble: nil))
            } catch {
                rows.append(PersonRow(id: profile, person: nil, hasPin: false, trouble: Trouble(error)))
            }
        }
        return rows
    }
}
