import Glibc
import XCTest

extension OfficeCase {
    /// An address that takes a connection and never answers.
    @MainActor func silent() throws -> (address: String, close: () -> Void) {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                bind(socket, name, length) == 0 && listen(socket, 4) == 0 && getsockname(socket, name, &length) == 0
            }
        }
        XCTAssertTrue(bound)
        return ("127.0.0.1:\(UInt16(bigEndian: address.sin_port))", { Glibc.close(socket) })
    }
}
