using System.Diagnostics;
using EServices.Platform.Packs;

namespace EServices.Platform.Tests.Packs;

public sealed class PackOfJammuAndKashmirTests
{
    [Fact]
    public void Pack_AsShipped_LoadsWithItsCounts()
    {
        var result = StatePack.Load(PackFolders.Jk);

        Assert.Empty(result.Errors);
        Assert.NotNull(result.Pack);
    }
}
