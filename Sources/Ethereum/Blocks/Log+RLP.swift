extension RLPWriter {
    /// Appends the list of the logs: [address, [topics], data] each (Yellow Paper 4.3.1).
    public mutating func append(logs: [Log]) {
        list { entries in
            for log in logs {
                entries.list { fields in
                    fields.append(log.address)
                    fields.list { topics in
                        for topic in log.topics { topics.append(topic) }
                    }
                    fields.append(log.data)
                }
            }
        }
    }
}

extension RLPReader {
    /// A list of logs.
    public mutating func logs() throws(RLPDecodingError) -> [Log] {
        var entries = try list()
        var logs: [Log] = []
        while !entries.isAtEnd {
            var fields = try entries.list()
            let address = try fields.address()
            var topicFields = try fields.list()
            var topics: [Hash32] = []
            while !topicFields.isAtEnd { topics.append(try topicFields.hash()) }
            logs.append(Log(address: address, topics: topics, data: Array(try fields.bytes())))
            try fields.finish()
        }
        return logs
    }
}

extension Log {
    /// The hash of the RLP of a list of logs, by which state tests compare them.
    public static func hash(of logs: [Log]) -> Hash32 {
        var writer = RLPWriter()
        writer.append(logs: logs)
        return Keccak256.hash(writer.bytes)
    }
}
