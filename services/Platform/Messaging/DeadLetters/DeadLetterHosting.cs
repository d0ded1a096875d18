using EServices.Platform.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace EServices.Platform.Messaging.DeadLetters;

internal static class DeadLetterHosting
{
    public static PlatformBuilder KeepDeadLetters(this PlatformBuilder platform) => platform.Documents(DeadLetter.Map).Documents(OperationsAct.Map);

    /// <param name="reactions">All of the service's.</param>
    public static void AddDeadLetters(this IServiceCollection services, string service, IReadOnlyList<ReactionRegistration> reactions)
    {
        services.AddSingleton(new ServiceName(service));
        services.TryAddSingleton(new RedeliveryPlan());
        services.AddSingleton<DeadLetterFigures>().AddSingleton<DeadLetterBell>().AddSingleton<DeadLetterBox>().AddSingleton<OperationsDesk>();
        services.AddSingleton(provider => new ReactionRunner(provider.GetRequiredService<ServiceName>(), reactions, provider.GetRequiredService<IServiceScopeFactory>()));
        services.AddSingleton<Redelivery>();
        services.AddHostedService(provider => provider.GetRequiredService<Redelivery>());
    }
}
