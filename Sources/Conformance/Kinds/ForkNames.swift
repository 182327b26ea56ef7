import Ethereum

/// The forks by their names in test vectors.
enum ForkNames {
    /// The glacier forks only delayed the difficulty's growth: their rules are London's.
    static let forks: [String: Fork] = [
        "Frontier": .frontier, "Homestead": .homestead, "EIP150": .tangerineWhistle,
        "EIP158": .spuriousDragon, "Byzantium": .byzantium, "Constantinople": .constantinople,
        "ConstantinopleFix": .petersburg, "Istanbul": .istanbul, "Berlin": .berlin,
        "London": .london, "ArrowGlacier": .london, "GrayGlacier": .london, "Merge": .paris,
        "Paris": .paris, "Shanghai": .shanghai, "Cancun": .cancun, "Prague": .prague,
        "Osaka": .osaka, "Amsterdam": .amsterdam,
    ]

    /// The forks whose transaction vectors are judged: those whose intrinsic gas is known.
    static let transactionForks = Fork.frontier...Fork.amsterdam

    /// The forks whose state tests are judged: those that the machine executes.
    static let stateForks: Set<Fork> = [
        .london, .paris, .shanghai, .cancun, .prague, .osaka, .amsterdam,
    ]
}
