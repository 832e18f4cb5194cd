import HadirCore
import HadirOffice
import XCTest

@testable import HadirKit

/// A case with a real office: its server on loopback, and a clock that the test moves. XCTest runs these one after another, as they
/// must be: a process has one such clock.
class OfficeCase: XCTestCase, @unchecked Sendable {
    @MainActor func office(_ policy: String = "default", at: String = "2026-11-24T07:55:00") throws -> TestOffice {
        let office = try TestOffice(policy: policy, at: at)
        addTeardownBlock { office.close() }
        return office
    }

    /// An app with Siti enrolled in it, at home; through the same models as a person's.
    @MainActor func enrolled(_ phone: SmallPhone, _ office: TestOffice, number: String = "A-1") async throws -> AppModel
    {
        let app = phone.app()
        await app.start()
        try await enrol(app, office, number: number)
        return app
    }

    @MainActor func enrol(_ app: AppModel, _ office: TestOffice, number: String) async throws {
        await app.enrol(
            link: try office.invite(number: number), inNew: app.household.profiles != [1] || app.session != nil)
        let enrol = try XCTUnwrap(app.enrolling)
        await enrol.check()
        await enrol.confirm()
        let permits = try XCTUnwrap(app.permitting, "\(String(describing: enrol.trouble))")
        for _ in PermitsModel.Step.allCases { await permits.next() }
        await app.session?.delivery?.value
        XCTAssertNotNil(app.session?.today)
    }

    /// Siti and Budi on one phone; Budi's screens are shown.
    @MainActor func two(_ phone: SmallPhone, _ office: TestOffice) async throws -> AppModel {
        let app = try await enrolled(phone, office)
        app.switchPerson()
        let people = try XCTUnwrap(app.choosing)
        await people.add()
        let enrol = try XCTUnwrap(app.enrolling)
        enrol.link = try office.invite(number: "A-2")
        await enrol.check()
        await enrol.confirm()
        let permits = try XCTUnwrap(app.permitting)
        for _ in PermitsModel.Step.allCases { await permits.next() }
        await app.session?.delivery?.value
        return app
    }

    /// One tap through its model; what it came to.
    @MainActor @discardableResult func tap(_ session: Session) async throws -> TapRecorded {
        let model = TapModel(session: session)
        await model.run()
        guard case .recorded(let recorded) = model.phase else {
            throw NotRecorded(phase: "\(model.phase)")
        }
        return recorded
    }
}

extension AppModel {
    var enrolling: EnrolModel? { if case .enrol(let model) = screen { model } else { nil } }
    var permitting: PermitsModel? { if case .permits(let model) = screen { model } else { nil } }
    var pinning: PinModel? { if case .pin(let model) = screen { model } else { nil } }
    var choosing: PeopleModel? { if case .people(let model) = screen { model } else { nil } }
    var stuck: Trouble? { if case .trouble(let trouble) = screen { trouble } else { nil } }
    var isWelcome: Bool { if case .welcome = screen { true } else { false } }
}

struct NotRecorded: Error { let phase: String }
