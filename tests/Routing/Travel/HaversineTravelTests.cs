using CsCheck;
using EServices.Dispatch.Routing.Travel;

namespace EServices.Routing.Tests.Travel;

public sealed class HaversineTravelTests
{
    private static readonly Terrain Plain = new(1.4, 30);
    private static readonly Terrain Mountains = new(1.8, 20);
    private static readonly Gen<TravelPlace> Places =
        Gen.Select(Gen.Double[32, 35], Gen.Double[73, 77], Gen.Bool, (latitude, longitude, high) => new TravelPlace(latitude, longitude, high ? Mountains : Plain));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Task<TravelTable> AmongAsync(params TravelPlace[] places) => new HaversineTravel().AmongAsync(places, Cancel);

    [Fact]
    public async Task Way_IsTheGreatCircleMadeLonger_AtTheSpeedOfTheTerrain()
    {
        // 0.1 degree of latitude is 11,119.5 m; 15,567 m by road, at 30 km/h.
        var table = await AmongAsync(new(34.0, 74.8, Plain), new(34.1, 74.8, Plain));

        Assert.Equal([0, 15567, 15567, 0], table.Metres);
        Assert.Equal([0, 1868, 1868, 0], table.Seconds);
    }

    [Fact]
    public async Task Way_BetweenTwoTerrains_IsHalfInEach()
    {
        var table = await AmongAsync(new(34.0, 74.8, Plain), new(34.1, 74.8, Mountains));

        Assert.Equal(11_119.5 * 1.6, table.MetresBetween(0, 1), 1.0);
        Assert.Equal((11.1195 / 2 * 1.4 / 30 * 3600) + (11.1195 / 2 * 1.8 / 20 * 3600), table.SecondsBetween(0, 1), 1.0);
    }

    [Fact]
    public void Ways_AreSymmetricNotNegativeAndNothingOnTheSpot() =>
        Gen.Select(Places, Places).Sample((one, other) =>
        {
            var table = AmongAsync(one, other).Result;
            return table.Seconds is [0, var there, var back, 0] && there == back && there >= 0 && table.MetresBetween(0, 1) >= one.MetresTo(other) - 1;
        });

    [Theory]
    [InlineData(double.NaN, 74, 1.4, 30)]
    [InlineData(34, double.PositiveInfinity, 1.4, 30)]
    [InlineData(-91, 74, 1.4, 30)]
    [InlineData(34.5, 74, 1.4, 0)]
    public async Task PlaceThatCantBe_IsUnreachable(double latitude, double longitude, double detour, double speed)
    {
        var table = await AmongAsync(new(34, 74, Plain), new(latitude, longitude, new Terrain(detour, speed)));

        Assert.False(table.Reachable(0, 1));
        Assert.False(table.Reachable(1, 0));
        Assert.True(table.Reachable(0, 0));
    }

    [Fact]
    public async Task NoPlaces_AreAnEmptyTable() => Assert.Empty((await AmongAsync()).Seconds);
}
