using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace EServices.Routing.Tests.Travel;

/// <summary>
/// Speaks OSRM's table service on the loopback address. Its roads run along parallels and meridians and are slower towards the north, so that a
/// table can be checked and is not symmetric. A test may answer in its stead through <see cref="Fault"/>.
/// </summary>
internal sealed class FakeOsrm : IAsyncDisposable
{
    private readonly WebApplication app;

    private FakeOsrm()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        app = builder.Build();
        app.Run(AnswerAsync);
    }

    public string Address => app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single();

    /// <summary>Origins and destinations of every request.</summary>
    public ConcurrentQueue<(int Origins, int Destinations)> Asked { get; } = new();

    public ConcurrentQueue<string> Paths { get; } = new();

    /// <summary>Answers instead; false lets the server answer as usual. The number is that of the request, from 1.</summary>
    public Func<HttpContext, int, Task<bool>>? Fault { get; set; }

    /// <summary>Changes a usual answer's durations.</summary>
    public Func<double?[][], double?[][]>? Spoil { get; set; }

    public int Most { get; set; } = 100;

    public static async Task<FakeOsrm> StartAsync()
    {
        var fake = new FakeOsrm();
        await fake.app.StartAsync();
        return fake;
    }

    public static double Seconds((double Latitude, double Longitude) from, (double Latitude, double Longitude) to) =>
        (Math.Abs(to.Longitude - from.Longitude) * 6000) + (Math.Max(0, to.Latitude - from.Latitude) * 9000) + (Math.Max(0, from.Latitude - to.Latitude) * 6000);

    public static double Metres((double Latitude, double Longitude) from, (double Latitude, double Longitude) to) =>
        (Math.Abs(to.Longitude - from.Longitude) + Math.Abs(to.Latitude - from.Latitude)) * 100_000;

    public ValueTask DisposeAsync() => app.DisposeAsync();

    private async Task AnswerAsync(HttpContext http)
    {
        Paths.Enqueue(http.Request.Path);
        var origins = Numbers(http.Request.Query["sources"]);
        var destinations = Numbers(http.Request.Query["destinations"]);
        Asked.Enqueue((origins.Length, destinations.Length));
        if (Fault is not null && await Fault(http, Asked.Count))
            return;
        var places = http.Request.Path.Value!.Split('/')[^1].Split(';')
            .Select(place => place.Split(',').Select(part => double.Parse(part, CultureInfo.InvariantCulture)).ToArray())
            .Select(pair => (Latitude: pair[1], Longitude: pair[0])).ToArray();
        if (places.Length > Most)
        {
            http.Response.StatusCode = 400;
            await http.Response.WriteAsJsonAsync(new { code = "TooBig", message = "Too many table coordinates" });
            return;
        }
        double?[][] Table(Func<(double, double), (double, double), double> measure) =>
            [.. origins.Select(from => destinations.Select(to => (double?)measure(places[from], places[to])).ToArray())];
        var durations = Table(Seconds);
        await http.Response.WriteAsJsonAsync(new { code = "Ok", durations = Spoil?.Invoke(durations) ?? durations, distances = Table(Metres) });
    }

    private static int[] Numbers(string? list) => [.. list!.Split(';').Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
}
