using Microsoft.Extensions.DependencyInjection;

namespace EServices.Simulation.Hosting;

/// <summary>What an endpoint gets its parameters from: the instance's own services first, then the framework's shared ones.</summary>
internal sealed class InstanceServices(IServiceProvider own, IReadOnlySet<Type> ownTypes, IServiceProvider framework) : IServiceProvider, ISupportRequiredService, IServiceProviderIsService
{
    public object? GetService(Type serviceType)
    {
        if (serviceType == typeof(IServiceProvider))
            return this;
        return ownTypes.Contains(serviceType) ? own.GetService(serviceType) : framework.GetService(serviceType);
    }

    public object GetRequiredService(Type serviceType) =>
        GetService(serviceType) ?? throw new InvalidOperationException($"No service of type {serviceType}.");

    public bool IsService(Type serviceType) => ownTypes.Contains(serviceType) || framework.GetService<IServiceProviderIsService>()?.IsService(serviceType) == true;
}
