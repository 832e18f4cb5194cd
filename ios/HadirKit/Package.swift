// swift-tools-version:6.0
import PackageDescription

// The border. On Apple's systems it is the XCFramework that bindings/ packages; elsewhere (tests/swift) a library that cargo
// built for this machine, in HADIR_LIBRARY. Both bring a module HadirCoreFFI; HadirCore is the Swift generated over it.
#if os(Linux)
    let library = Context.environment["HADIR_LIBRARY"] ?? "../../target/debug"
    let ffi = Target.systemLibrary(name: "HadirCoreFFI")
    let linker: [LinkerSetting] = [.unsafeFlags(["-L", library])]
    // A whole office for the tests (tests/office), in the same library as the border.
    let office: [Target] = [
        .systemLibrary(name: "HadirOfficeFFI", path: "Tests/HadirOfficeFFI"),
        .target(name: "HadirOffice", dependencies: ["HadirOfficeFFI"], path: "Tests/HadirOffice"),
    ]
    let tests: [Target] =
        office + [
            .testTarget(name: "HadirKitTests", dependencies: ["HadirKit", "HadirOffice"]),
            // A phone in a process of its own, for the tests to kill.
            .executableTarget(
                name: "TapProcess", dependencies: ["HadirCore", "HadirOffice"], path: "Tests/TapProcess"),
        ]
#else
    let ffi = Target.binaryTarget(name: "HadirCoreFFI", path: "HadirCore.xcframework")
    let linker: [LinkerSetting] = []
    // They need the office of tests/office, which is built for Linux alone.
    let tests: [Target] = []
#endif

let package = Package(
    name: "HadirKit",
    defaultLocalization: "id",
    platforms: [.iOS(.v17), .macOS(.v14)],
    products: [.library(name: "HadirKit", targets: ["HadirKit", "HadirCore"])],
    targets: [
        ffi,
        .target(name: "HadirCore", dependencies: ["HadirCoreFFI"], linkerSettings: linker),
        .target(name: "HadirKit", dependencies: ["HadirCore"]),
    ] + tests,
    swiftLanguageModes: [.v6]
)
