import Ethereum

/// Calls and events of an ERC-20 token (EIP-20).
public enum ERC20 {
    private static let transferSelector = Selector("transfer(address,uint256)")
    private static let approveSelector = Selector("approve(address,uint256)")
    private static let balanceOfSelector = Selector("balanceOf(address)")

    /// `Transfer(address indexed from, address indexed to, uint256 value)`.
    public static let transferTopic = eventTopic("Transfer(address,address,uint256)")

    /// Calldata that sends `amount` raw units to `recipient`.
    public static func transfer(to recipient: Address, amount: UInt256) -> [UInt8] {
        Calldata(transferSelector, recipient.word, amount).bytes
    }

    /// Calldata that lets `spender` take up to `amount` raw units.
    public static func approve(_ spender: Address, amount: UInt256) -> [UInt8] {
        Calldata(approveSelector, spender.word, amount).bytes
    }

    /// Calldata that asks for the raw units that `holder` owns.
    public static func balanceOf(_ holder: Address) -> [UInt8] {
        Calldata(balanceOfSelector, holder.word).bytes
    }
}

/// Calls and events of WETH9, the ERC-20 wrapping of ether.
public enum WETH9 {
    private static let depositSelector = Selector("deposit()")

    /// `Deposit(address indexed dst, uint256 wad)`: written instead of a `Transfer` from nobody.
    public static let depositTopic = eventTopic("Deposit(address,uint256)")
    /// `Withdrawal(address indexed src, uint256 wad)`.
    public static let withdrawalTopic = eventTopic("Withdrawal(address,uint256)")

    /// Calldata that wraps the transaction's value.
    public static func deposit() -> [UInt8] { Calldata(depositSelector).bytes }
}

/// Calls of Centre's FiatTokenV2_1, the logic of USDC, as far as setting one up needs them.
public enum FiatToken {
    private static let initializeSelector = Selector(
        "initialize(string,string,string,uint8,address,address,address,address)")
    private static let initializeV2Selector = Selector("initializeV2(string)")
    private static let initializeV2_1Selector = Selector("initializeV2_1(address)")
    private static let configureMinterSelector = Selector("configureMinter(address,uint256)")
    private static let mintSelector = Selector("mint(address,uint256)")

    /// Calldata that names the token and gives all its roles to `administrator`.
    public static func initialize(
        name: String, symbol: String, currency: String, decimals: UInt8, administrator: Address
    ) -> [UInt8] {
        let texts = [name, symbol, currency].map { encodedString($0) }
        var offset = 8 * 32
        var call = Calldata(initializeSelector)
        for text in texts {
            call.append(UInt256(offset))
            offset += 32 * text.count
        }
        call.append(UInt256(UInt64(decimals)))
        for _ in 0..<4 { call.append(administrator.word) }
        for text in texts { for word in text { call.append(word) } }
        return call.bytes
    }

    /// Calldata of the second initialisation.
    public static func initializeV2(name: String) -> [UInt8] {
        var call = Calldata(initializeV2Selector, 32)
        for word in encodedString(name) { call.append(word) }
        return call.bytes
    }

    /// Calldata of the third initialisation: units stuck in the contract go to `lostAndFound`.
    public static func initializeV2_1(lostAndFound: Address) -> [UInt8] {
        Calldata(initializeV2_1Selector, lostAndFound.word).bytes
    }

    /// Calldata that allows `minter` to mint up to `allowance` raw units.
    public static func configureMinter(_ minter: Address, allowance: UInt256) -> [UInt8] {
        Calldata(configureMinterSelector, minter.word, allowance).bytes
    }

    /// Calldata that mints `amount` raw units to `recipient`.
    public static func mint(to recipient: Address, amount: UInt256) -> [UInt8] {
        Calldata(mintSelector, recipient.word, amount).bytes
    }

    /// A `string` as length and padded bytes, in words.
    private static func encodedString(_ text: String) -> [UInt256] {
        let bytes = Array(text.utf8)
        var words = [UInt256(bytes.count)]
        for start in stride(from: 0, to: bytes.count, by: 32) {
            let chunk = bytes[start..<min(start + 32, bytes.count)]
            let padded = Array(chunk) + [UInt8](repeating: 0, count: 32 - chunk.count)
            words.append(UInt256(bigEndian: padded) ?? .zero)
        }
        return words
    }
}
