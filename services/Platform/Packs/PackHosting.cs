using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace EServices.Platform.Packs;

public static class PackHosting
{
    /// <summary>
    /// Loads the pack in the folder that <c>Pack:Path</c> names and offers it, whole and unchanging, to the service.
    /// Throws a <see cref="PackException"/> with every error: a service with half a pack must not start.
    /// </summary>
    public static void AddStatePack(this IServiceCollection services, IConfiguration configuration)
    {
        var folder = configuration["Pack:Path"] is { Length: > 0 } path
            ? path
            : throw new InvalidOperationException("Configuration 'Pack:Path' is missing (environment variable 'Pack__Path'): the folder of the state pack.");
        services.AddSingleton(StatePack.Load(folder).OrThrow());
    }
}
