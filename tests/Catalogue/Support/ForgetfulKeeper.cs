using System.Reflection;
using EServices.Catalogue.Services;
using EServices.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace EServices.Catalogue.Tests.Support;

/// <summary>
/// The real keeper, whose answers to saves of services get lost when the test says so: the save is carried out, and the service is told that it may have been or not, as a
/// keeper tells it whose server went away in between.
/// </summary>
public class ForgetfulKeeper : DispatchProxy
{
    private IKeeper inner = null!;
    private int toLose;

    /// <summary>Puts it before the keeper of a host that has not started.</summary>
    internal static void Before(IServiceCollection services, Action<ForgetfulKeeper> made)
    {
        var real = services.Single(service => service.ServiceType == typeof(IKeeper));
        services.Remove(real);
        services.AddSingleton(provider =>
        {
            var keeper = Create<IKeeper, ForgetfulKeeper>();
            var forgetful = (ForgetfulKeeper)(object)keeper;
            forgetful.inner = (IKeeper)real.ImplementationFactory!(provider);
            made(forgetful);
            return keeper;
        });
    }

    public void LoseNextAnswer() => toLose = 1;

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var carriedOut = targetMethod!.Invoke(inner, args);
        // Not the answer to the act's own entry in the log, which is saved before.
        return targetMethod.Name == nameof(IKeeper.SaveAsync) && ((DocumentMap)args![0]!).Collection == ServiceVersion.Map.Collection && Interlocked.Exchange(ref toLose, 0) == 1 ? LostAsync((Task<SaveOutcome>)carriedOut!) : carriedOut;
    }

    private static async Task<SaveOutcome> LostAsync(Task<SaveOutcome> save)
    {
        await save;
        throw new StoreBusyException("The server went away.", TimeSpan.FromSeconds(1), mayBeKept: true);
    }
}
