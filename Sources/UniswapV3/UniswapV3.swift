// UniswapV3
