import Foundation

extension TestFiles {
    /// The content of a recorded file, unpacked where it is compressed.
    public static func recorded(_ name: String) throws -> [UInt8] {
        let path = data.appendingPathComponent(name).path
        guard name.hasSuffix(".gz") else {
            return [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        }
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["gzip", "-dc", path]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let bytes = [UInt8](output.fileHandleForReading.readDataToEndOfFile())
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw CocoaError(.fileReadCorruptFile, userInfo: [NSFilePathErrorKey: path])
        }
        return bytes
    }
}
