import Ethereum

extension ForkSchedule {
    /// The schedule of a network that is known by its chain id.
    public static func of(chainId: UInt64) throws(ForkRefusal) -> ForkSchedule {
        guard let known = (all + [devnet]).first(where: { $0.chainId == chainId }) else {
            throw .unknownChain(chainId)
        }
        return known
    }

    /// The networks that are known. The next fork is a line in each of them, and its rules are in
    /// `ForkRules`.
    public static let all = [mainnet, sepolia, hoodi]

    /// Dates and blob parameters: EIP-7569, 7600, 7607, 7892 and the clients' configurations. The
    /// glacier forks only delayed the difficulty's growth. The date of Amsterdam is not known.
    public static let mainnet = ForkSchedule(
        chainId: 1, depositContract: Address(hex: "0x00000000219ab540356cbb839cbe05303d7705fa"),
        activations: [
            ForkActivation("London", .london, .block(12_965_000)),
            ForkActivation("Arrow Glacier", .london, .block(13_773_000)),
            ForkActivation("Gray Glacier", .london, .block(15_050_000)),
            ForkActivation("Paris", .paris, .block(15_537_394)),
            ForkActivation("Shanghai", .shanghai, .time(1_681_338_455)),
            ForkActivation("Cancun", .cancun, .time(1_710_338_135), blobs: .cancun),
            ForkActivation("Prague", .prague, .time(1_746_612_311), blobs: .prague),
            ForkActivation("Osaka", .osaka, .time(1_764_798_551), blobs: .prague),
            ForkActivation("BPO1", .osaka, .time(1_765_290_071), blobs: blobsOnly1),
            ForkActivation("BPO2", .osaka, .time(1_767_747_671), blobs: blobsOnly2),
        ])

    /// Paris is at the block by which peers know it; the merge was a little before.
    public static let sepolia = ForkSchedule(
        chainId: 11_155_111,
        depositContract: Address(hex: "0x7f02c3e3c98b133055b8b348b2ac625669ed295d"),
        activations: [
            ForkActivation("London", .london, .block(0)),
            ForkActivation("Paris", .paris, .block(1_735_371)),
            ForkActivation("Shanghai", .shanghai, .time(1_677_557_088)),
            ForkActivation("Cancun", .cancun, .time(1_706_655_072), blobs: .cancun),
            ForkActivation("Prague", .prague, .time(1_741_159_776), blobs: .prague),
            ForkActivation("Osaka", .osaka, .time(1_760_427_360), blobs: .prague),
            ForkActivation("BPO1", .osaka, .time(1_761_017_184), blobs: blobsOnly1),
            ForkActivation("BPO2", .osaka, .time(1_761_607_008), blobs: blobsOnly2),
            ForkActivation("Amsterdam", .amsterdam, .time(1_791_294_816), blobs: blobsOnly2),
        ])

    /// Began under Cancun. The date of Amsterdam is not known.
    public static let hoodi = ForkSchedule(
        chainId: 560_048,
        depositContract: Address(hex: "0x00000000219ab540356cbb839cbe05303d7705fa"),
        activations: [
            ForkActivation("Cancun", .cancun, .block(0), blobs: .cancun),
            ForkActivation("Prague", .prague, .time(1_742_999_832), blobs: .prague),
            ForkActivation("Osaka", .osaka, .time(1_761_677_592), blobs: .prague),
            ForkActivation("BPO1", .osaka, .time(1_762_365_720), blobs: blobsOnly1),
            ForkActivation("BPO2", .osaka, .time(1_762_955_544), blobs: blobsOnly2),
        ])

    /// Chains on one machine, for trials: 31337 is the chain id that they agree on.
    public static let devnet = ForkSchedule(
        chainId: 31337,
        activations: [ForkActivation("Cancun", .cancun, .block(0), blobs: .cancun)])

    /// The forks that change blob parameters only (EIP-7892) are alike on all networks.
    private static let blobsOnly1 = BlobParameters(
        targetPerBlock: 10, maximumPerBlock: 15, updateFraction: 8_346_193)
    private static let blobsOnly2 = BlobParameters(
        targetPerBlock: 14, maximumPerBlock: 21, updateFraction: 11_684_671)
}
