// swift-tools-version:6.0
import PackageDescription

// The border. On Apple's systems it is the XCFramework that bindings/ packages; elsewhere (tests/swift) a library that cargo
// built for this machine, in HADIR_LIBRARY. Both bring a module HadirCoreFFI; HadirCore is the Swift generated over it.
#if os(Linux)
    let library = Context.environment["HADIR_LIBRARY"] ?? "../../target/debug"
    let ffi = Target.systemLibrary(name: "HadirCoreFFI")
    let linker: [LinkerSetting] = [.unsafeFlags(["-L", library])]
#else
    let ffi = Target.binaryTarget(name: "HadirCoreFFI", path: "HadirCore.xcframework")
    let linker: [LinkerSetting] = []
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
        .testTarget(name: "HadirKitTests", dependencies: ["HadirKit"]),
    ],
    swiftLanguageModes: [.v6]
)
