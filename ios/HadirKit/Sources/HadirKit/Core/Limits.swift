/// What bounds the shell's own waiting. Retries, windows and hours are the core's.
public enum Limits {
    /// A fix this accurate ends the search at once, metres. Worse ones are taken too, at the end.
    public static let goodFixM = 30.0
    /// A sync while the app is open, milliseconds: as long as a slow network needs for a first handshake and a batch.
    public static let syncMs: UInt64 = 30_000
    /// A sync in the background: iOS gives a refresh some 30 seconds, the store's closing included.
    public static let backgroundSyncMs: UInt64 = 20_000
    /// When a background refresh is asked for while nothing waits, so that a new rule or a recall is fetched.
    public static let quietRefreshMs: UInt64 = 3_600_000
    /// A help code, milliseconds.
    public static let helpMs: UInt64 = 15_000
    /// iOS keeps 64 pending notifications of an app.
    public static let reminders: UInt32 = 64
    /// Rows of history that are read at once.
    public static let historyRows: UInt32 = 50
    /// What a tap may take from the press, or from the answer about the permission, until it is recorded: twice the longest
    /// search. After more the app slept in between, and it is asked again.
    public static let tapStays = Duration.seconds(40)
    /// After so long away from the screen a PIN is asked again.
    public static let pinStays = Duration.seconds(60)
    /// People on one phone.
    public static let profiles = 3
}
