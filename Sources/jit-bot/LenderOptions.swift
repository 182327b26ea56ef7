import Bot

/// Flash lenders as FLASH_LENDERS names them.
enum LenderOptions {
    /// Those of the environment; where it names none, those of Ethereum's mainnet.
    static func lenders(_ environment: [String: String]) throws -> [LenderSetting] {
        guard let text = environment["FLASH_LENDERS"], !text.isEmpty else {
            return LenderSetting.mainnet
        }
        do throws(LenderSetting.Malformed) {
            return try LenderSetting.list(text)
        } catch {
            throw ProgramFailure(.configuration, "FLASH_LENDERS: \(error).")
        }
    }
}
