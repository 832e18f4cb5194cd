import HadirCore

extension AppModel {
    /// A universal link or one of our own scheme, from whichever app: it only fills in the enrolment.
    public func open(link: String) async {
        // The link may have started the app: whose phone this is is known after that.
        if case .opening = screen { await start() }
        switch screen {
        case .home, .pin, .permits: await offer(link)
        // Somebody is enrolled here, and it is not asked who holds the phone: never in their place.
        case .people: await enrol(link: link, inNew: true)
        case .opening, .trouble, .welcome, .enrol: await enrol(link: link)
        }
    }

    private func offer(_ link: String) async {
        let shown = phone.notebook[.profile].flatMap(Int.init) ?? 1
        let today = try? await household.desk(shown).ask { try $0.today() }
        (offeredLink, occupant) = (link, today?.person.name ?? "")
        hasRoom = await household.spare() != nil
        asksAboutLink = true
    }

    /// What is said of the link, a key of the table of words with the occupant's name to be filled in.
    public var linkWord: String { hasRoom ? "enrol_occupied" : "enrol_occupied_full" }

    /// The person said that the link is from their office: it fills in the enrolment of somebody else on this phone.
    public func followLink() async {
        asksAboutLink = false
        await enrol(link: offeredLink, inNew: true)
    }
}
