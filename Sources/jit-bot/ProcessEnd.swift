import Dispatch
import Foundation

/// Ends of a long-running command: a signal, or the end of the process that started it.
enum ProcessEnd {
    /// Returns when the process is asked to end by SIGINT or SIGTERM, or, where it is to end with
    /// its parent, when standard input closes.
    static func wait(withParent: Bool) {
        let asked = DispatchSemaphore(value: 0)
        let sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { asked.signal() }
            source.resume()
            return source
        }
        if withParent {
            Thread.detachNewThread {
                while !FileHandle.standardInput.availableData.isEmpty {}
                asked.signal()
            }
        }
        asked.wait()
        for source in sources { source.cancel() }
    }
}
