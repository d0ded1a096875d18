using EServices.Dispatch.Routing.Travel;
using EServices.Dispatch.Routing.Travel.Osrm;
using EServices.Dispatch.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace EServices.Dispatch.Tests.Places;

public sealed class TravelHostingTests
{
    private static DispatchHost With(params (string Key, string Value)[] settings)
    {
        var host = new DispatchHost();
        foreach (var (key, value) in settings)
            host.Settings[$"Dispatch:Travel:{key}"] = value;
        return host;
    }

    [Theory]
    [InlineData("Server", "https://router.elsewhere.example", "OwnHosts")]
    [InlineData("Server", "nonsense", "absolute http or https address")]
    public async Task ServerThatIsNotOurs_StopsTheStart_SayingWhatToConfigure(string key, string value, string says)
    {
        await using var host = With((key, value));

        Assert.Contains(says, Assert.Throws<InvalidOperationException>(() => host.Services).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SettingThatMakesNoSense_StopsTheStart()
    {
        await using var host = With(("Server", "http://127.0.0.1:5000"), ("TableSize", "1"));

        Assert.Contains("TableSize", Assert.Throws<InvalidOperationException>(() => host.Services).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Server_IsAskedWhereItIsOurs_AndNobodyElse()
    {
        await using (var ours = With(("Server", "https://routes.state.example"), ("OwnHosts:0", "routes.state.example")))
            Assert.IsType<OsrmTravel>(ours.Services.GetRequiredService<ITravelMatrix>());
        await using var without = With();
        Assert.IsType<HaversineTravel>(without.Services.GetRequiredService<ITravelMatrix>());
    }
}
