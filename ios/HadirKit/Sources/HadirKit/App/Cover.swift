extension AppModel {
    /// Whether the screen is hidden now. iOS keeps a picture of it for the app switcher, which on a shared phone everybody sees; and who was
    /// away for long finds the question for the PIN beneath, not the screens.
    public var isCovered: Bool { !isInFront && showsSomebody }

    /// What is asked of a new phone holds nothing of anybody, and stays to be read behind iOS's own question.
    private var showsSomebody: Bool {
        switch screen {
        case .opening, .trouble, .welcome, .permits: false
        case .enrol, .people, .pin, .home: true
        }
    }
}
