using EServices.Dispatch.Routing.Travel;
using EServices.Dispatch.Routing.Travel.Osrm;

namespace EServices.Dispatch.Places;

internal static class TravelHosting
{
    /// <summary>
    /// Reads <c>Dispatch:Travel</c>: with <c>Server</c>, the address of an OSRM server that is our own (<c>OwnHosts</c> lists hosts beyond this machine and
    /// private addresses), ways are asked of it, else estimated. Further keys are those of <see cref="OsrmOptions"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">Exact addresses would leave for a host that is not ours, or a value makes no sense.</exception>
    public static void AddTravel(this WebApplicationBuilder app)
    {
        var section = app.Configuration.GetSection("Dispatch:Travel");
        if (section["Server"] is not { Length: > 0 } address)
        {
            app.Services.AddSingleton<ITravelMatrix, HaversineTravel>();
            return;
        }
        if (!OwnServer.TryCreate(address, section.GetSection("OwnHosts").Get<string[]>() ?? [], out var server, out var why))
            throw new InvalidOperationException($"Configuration 'Dispatch:Travel:Server' (environment variable 'Dispatch__Travel__Server'): {why}");
        var options = (section.Get<OsrmOptions>() ?? new OsrmOptions()).Checked();
        app.Services.AddSingleton<ITravelMatrix>(services =>
            new OsrmTravel(server, options, services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<OsrmTravel>>()));
    }
}
