import HadirCore
import Testing

@testable import HadirKit

/// Each error of the border has something to show and something to do, or is rightly not shown.
@Suite struct TroubleTests {
    private static let told: [(HadirError, Remedy)] = [
        (.NotEnrolled(text: "t"), .enrol),
        (.AlreadyEnrolled(text: "t"), .nothing),
        (.KeysUnavailable(text: "t", todo: .unlockPhone), .unlock),
        (.KeysUnavailable(text: "t", todo: .tryLater), .again),
        (.StoreFull(text: "t"), .freeSpace),
        (.Store(text: "t", todo: .updateApp), .update),
        (.Store(text: "t", todo: .enrol), .enrol),
        (.Store(text: "t", todo: .askForHelp), .help),
        (.BadInput(text: "t"), .correct),
        (.InviteRefused(text: "t", todo: .askForInvite), .newInvite),
        (.InviteRefused(text: "t", todo: .tryLater), .again),
        (.Network(text: "t"), .again),
        (.WrongServer(text: "t"), .nothing),
        (.NotNow(text: "t"), .redraw),
        (.NotFound(text: "t"), .redraw),
        (.UpdateNeeded(text: "t"), .update),
        (.Internal(text: "t", place: "p"), .help),
    ]

    @Test func everyErrorIsSaidInTheCoresWordsWithItsWayOn() {
        for (error, remedy) in Self.told {
            let trouble = Trouble(error)
            #expect(trouble?.message == .said("t"), "\(error)")
            #expect(trouble?.remedy == remedy, "\(error)")
        }
    }

    @Test(arguments: [HadirError.Busy(text: "t"), .Cancelled(text: "t"), .Closed(text: "t")])
    func whatIsUnderWayOrWasCancelledIsNotShown(_ error: HadirError) {
        #expect(Trouble(error) == nil)
        #expect(Trouble(CancellationError()) == nil)
    }

    @Test func aFullPhoneHasATitleThatSaysSo() {
        #expect(Trouble(HadirError.StoreFull(text: "t"))?.title == "trouble_full_title")
        #expect(Trouble(HadirError.UpdateNeeded(text: "t"))?.title == "trouble_update_title")
    }

    @Test(arguments: [
        (FixState(permission: .granted, switchedOn: true), nil, nil),
        (FixState(permission: .limited, switchedOn: true), nil, "permit_location_coarse"),
        (FixState(permission: .denied, switchedOn: true), NoFixReason.denied, "permit_location_denied"),
        (FixState(permission: .deniedForEver, switchedOn: true), .denied, "permit_location_denied_ever"),
        (FixState(permission: .granted, switchedOn: false), .off, "permit_location_off"),
    ])
    func everyStateOfLocationIsAResultWithAdvice(_ state: FixState, _ reason: NoFixReason?, _ advice: String?) {
        #expect(state.noFix == reason)
        #expect(state.advice == advice)
    }
}
